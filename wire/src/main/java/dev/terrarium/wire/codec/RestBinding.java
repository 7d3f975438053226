package dev.terrarium.wire.codec;

import dev.terrarium.wire.codec.Shape.Member;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.traits.JsonValueTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/// The members that the REST protocols put into the path, the query and the headers.
public final class RestBinding {
  private RestBinding() {}

  /// What a request says outside of its body.
  ///
  /// @param labels the path's labels, decoded
  /// @param query the query's parameters, decoded
  /// @param headers the headers, names in lower case
  public record Envelope(
      Map<String, String> labels,
      Map<String, List<String>> query,
      Map<String, List<String>> headers) {}

  /// Reads everything that is not the body into a builder.
  ///
  /// @param strict whether only the forms of Smithy's specification are taken, as restJson1 does
  public static void read(Envelope envelope, SdkPojo builder, boolean strict) {
    for (var member : Shape.of(builder).outside) {
      var value =
          switch (member.place) {
            case PATH, GREEDY_PATH -> label(envelope, member, strict);
            case QUERY_PARAM -> query(envelope, member, strict);
            case HEADER -> header(envelope, member, strict);
            default -> null;
          };
      if (value != null) {
        member.field.set(builder, value);
      }
    }
  }

  private static @Nullable Object label(Envelope envelope, Member member, boolean strict) {
    var text = envelope.labels.get(member.location);
    return text == null ? null : Scalars.parse(member, text, Format.ISO_8601, strict);
  }

  private static @Nullable Object query(Envelope envelope, Member member, boolean strict) {
    if (member.kind == Kind.MAP) {
      var map = new LinkedHashMap<String, Object>();
      var ofLists = member.elementOrFail().kind == Kind.LIST;
      envelope.query.forEach((name, values) -> map.put(name, ofLists ? values : values.getFirst()));
      return map;
    }
    var values = envelope.query.get(member.location);
    if (values == null) {
      return null;
    }
    if (member.kind == Kind.LIST) {
      var list = new ArrayList<@Nullable Object>();
      for (var value : values) {
        list.add(Scalars.parse(member.elementOrFail(), value, Format.ISO_8601, strict));
      }
      return list;
    }
    var text = values.getFirst();
    if (text.isEmpty() && member.kind != Kind.STRING) {
      return null;
    }
    try {
      return Scalars.parse(member, text, Format.ISO_8601, strict);
    } catch (MalformedRequestException e) {
      throw member.kind == Kind.INTEGER ? new MalformedNumberException(member.location, e) : e;
    }
  }

  private static @Nullable Object header(Envelope envelope, Member member, boolean strict) {
    if (member.kind == Kind.MAP) {
      return prefixed(envelope, member.header);
    }
    var values = envelope.headers.get(member.header);
    if (values == null) {
      return null;
    }
    if (member.kind == Kind.LIST) {
      return list(member, values, strict);
    }
    var text = values.getFirst();
    if (member.field.containsTrait(JsonValueTrait.class)) {
      return decoded(text);
    }
    return text.isEmpty() && member.kind != Kind.STRING
        ? null
        : Scalars.parse(member, text.strip(), Format.RFC_822, strict);
  }

  private static String decoded(String base64) {
    try {
      return new String(Scalars.base64(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new MalformedRequestException("A header is not base64");
    }
  }

  private static @Nullable Object prefixed(Envelope envelope, String prefix) {
    var map = new LinkedHashMap<String, String>();
    envelope.headers.forEach((name, values) -> {
      if (name.startsWith(prefix)) {
        map.put(name.substring(prefix.length()), String.join(",", values));
      }
    });
    return map.isEmpty() ? null : map;
  }

  private static List<@Nullable Object> list(Member member, List<String> values, boolean strict) {
    var element = member.elementOrFail();
    var list = new ArrayList<@Nullable Object>();
    for (var value : values) {
      if (element.kind == Kind.INSTANT && value.contains(", ")) {
        // An HTTP date has a comma of its own.
        for (var date : value.split("(?<=GMT),\\s*")) {
          list.add(Scalars.parse(element, date, Format.RFC_822, strict));
        }
        continue;
      }
      for (var part : split(value)) {
        list.add(Scalars.parse(element, part, Format.RFC_822, strict));
      }
    }
    return list;
  }

  /// Splits at commas outside of quotes; a quoted part loses its quotes.
  private static List<String> split(String value) {
    var parts = new ArrayList<String>();
    var part = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < value.length(); i++) {
      var c = value.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted && i + 1 < value.length()) {
        part.append(value.charAt(++i));
      } else if (c == ',' && !quoted) {
        parts.add(part.toString().strip());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    parts.add(part.toString().strip());
    return parts;
  }

  /// Passes every member of a response or an error that is a header on, as name and value. Where a
  /// map has a header that a member is for, the member's counts.
  public static void writeHeaders(SdkPojo pojo, BiConsumer<String, String> headers) {
    var named = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    for (var member : Shape.of(pojo).outside) {
      if (member.place == MarshallLocation.HEADER) {
        switch (member.get(pojo)) {
          case null -> {}
          case Map<?, ?> map ->
              map.forEach((name, element) ->
                  named.putIfAbsent(member.responseLocation + name, element + ""));
          case List<?> list ->
              named.put(member.responseLocation, joined(member.elementOrFail(), list));
          case Object value -> named.put(member.responseLocation, text(member, value));
        }
      }
    }
    named.forEach(headers);
  }

  private static String joined(Member element, List<?> list) {
    var parts = new ArrayList<String>();
    for (var item : list) {
      var text = item == null ? "" : text(element, item);
      var quote = element.kind == Kind.STRING && (text.contains(",") || text.contains("\""));
      parts.add(quote ? '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"' : text);
    }
    return String.join(", ", parts);
  }

  private static String text(Member member, Object value) {
    if (member.field.containsTrait(JsonValueTrait.class)) {
      var bytes = value.toString().getBytes(StandardCharsets.UTF_8);
      return Base64.getEncoder().encodeToString(bytes);
    }
    return Scalars.format(member, value, Format.RFC_822);
  }

  /// The status that a response itself chooses, or `otherwise`.
  public static int status(SdkPojo pojo, int otherwise) {
    for (var member : Shape.of(pojo).outside) {
      if (member.place == MarshallLocation.STATUS_CODE
          && member.get(pojo) instanceof Integer code) {
        return code;
      }
    }
    return otherwise;
  }

  /// Whether a member of the request must come in the query (`uploadId`) or, if `headers`, in a
  /// header.
  public static List<String> required(SdkPojo builder, boolean headers) {
    var place = headers ? MarshallLocation.HEADER : MarshallLocation.QUERY_PARAM;
    return Shape.of(builder).outside.stream()
        .filter(member -> member.place == place)
        .filter(member ->
            member.field.containsTrait(software.amazon.awssdk.core.traits.RequiredTrait.class))
        .map(member -> headers ? member.header : member.location)
        .toList();
  }

  /// Whether the request has a member in the path of that name.
  public static boolean hasLabel(SdkPojo builder, String name) {
    return Shape.of(builder).outside.stream()
        .anyMatch(member ->
            (member.place == MarshallLocation.PATH || member.place == MarshallLocation.GREEDY_PATH)
                && member.location.equals(name));
  }

  /// The raw bytes of a body that is one string or blob, or null if it is none.
  static byte @Nullable [] rawBody(Object value) {
    return switch (value) {
      case SdkBytes bytes -> bytes.asByteArrayUnsafe();
      case String text -> text.getBytes(StandardCharsets.UTF_8);
      default -> null;
    };
  }
}
