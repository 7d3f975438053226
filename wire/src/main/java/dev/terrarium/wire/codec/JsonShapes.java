package dev.terrarium.wire.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import dev.terrarium.wire.codec.Shape.Member;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/// JSON and CBOR bodies. The two differ in how they write bytes and moments, and in nothing else
/// that matters here, so one walk over the members serves both.
public final class JsonShapes {
  /// Which of the dialects.
  public enum Dialect {
    /// JSON text.
    JSON,
    /// JSON text as restJson1 reads it: no date where seconds are meant, one member of a union.
    REST_JSON,
    /// CBOR as in Smithy's rpcv2Cbor: moments are seconds under tag 1.
    CBOR,
    /// CBOR as Kinesis clients speak it: moments are milliseconds under tag 1.
    CBOR_MILLIS;

    boolean isText() {
      return this == JSON || this == REST_JSON;
    }
  }

  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder()
          .maxNestingDepth(200)
          .maxStringLength(128 * 1024 * 1024)
          .maxNumberLength(500)
          .build();

  private final Dialect dialect;
  private final JsonFactory factory;

  /// The codec of one dialect.
  public JsonShapes(Dialect dialect) {
    this.dialect = dialect;
    this.factory =
        dialect.isText()
            ? JsonFactory.builder().streamReadConstraints(LIMITS).build()
            : CBORFactory.builder().streamReadConstraints(LIMITS).build();
  }

  /// Reads a body into a builder; an empty body is an empty structure.
  ///
  /// @throws MalformedRequestException if it is not what the members say
  public void read(byte[] body, SdkPojo builder) {
    if (body.length == 0) {
      return;
    }
    try (var parser = factory.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedRequestException("Expected a structure");
      }
      readMembers(parser, builder);
      if (parser.nextToken() != null) {
        throw new MalformedRequestException("Unexpected content after the body");
      }
    } catch (JsonProcessingException e) {
      throw new MalformedRequestException("Malformed body: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new MalformedRequestException("Malformed body: " + e.getMessage());
    }
  }

  /// Reads a body that is one member, such as an explicit payload.
  @Nullable Object readValue(byte[] body, Member member) {
    try (var parser = factory.createParser(body)) {
      var value = parser.nextToken() == JsonToken.VALUE_NULL ? null : value(parser, member);
      if (parser.nextToken() != null) {
        throw new MalformedRequestException("Unexpected content after the body");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw new MalformedRequestException("Malformed body: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new MalformedRequestException("Malformed body: " + e.getMessage());
    }
  }

  private void readMembers(JsonParser parser, SdkPojo builder) throws IOException {
    var shape = Shape.of(builder);
    int set = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var name = parser.currentName();
      var member = shape.byLocation.get(name);
      var token = parser.nextToken();
      if (member == null) {
        parser.skipChildren();
        set += name.equals("__type") ? 0 : 1;
      } else if (token != JsonToken.VALUE_NULL) {
        member.field.set(builder, value(parser, member));
        set++;
      }
    }
    if (parser.currentToken() != JsonToken.END_OBJECT) {
      throw new MalformedRequestException("Unexpected end of the body");
    }
    if (dialect == Dialect.REST_JSON && shape.union) {
      checkUnion(shape, builder, set);
    }
  }

  private static void checkUnion(Shape shape, SdkPojo builder, int set) {
    var known = shape.members.stream().anyMatch(member -> member.get(builder) != null);
    if (set != 1 || !known) {
      throw new MalformedRequestException("A union must have exactly one of its members");
    }
  }

  private @Nullable Object value(JsonParser parser, Member member) throws IOException {
    var token = parser.currentToken();
    if (token == null) {
      throw new MalformedRequestException("Unexpected end of the body");
    }
    return switch (member.kind) {
      case STRING -> string(parser, member);
      case INTEGER -> (int) whole(parser, member, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case LONG -> whole(parser, member, Long.MIN_VALUE, Long.MAX_VALUE);
      case SHORT -> (short) whole(parser, member, Short.MIN_VALUE, Short.MAX_VALUE);
      case BYTE -> (byte) whole(parser, member, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case FLOAT -> (float) decimal(parser, member);
      case DOUBLE -> decimal(parser, member);
      case BIG_DECIMAL -> bigDecimal(parser, member);
      case BOOLEAN -> {
        expect(token.isBoolean(), member, "a boolean");
        yield parser.getBooleanValue();
      }
      case INSTANT -> instant(parser, member);
      case BYTES -> bytes(parser, member);
      case STRUCTURE -> {
        expect(token == JsonToken.START_OBJECT, member, "a structure");
        var nested = member.newStructure();
        readMembers(parser, nested);
        yield ((software.amazon.awssdk.utils.builder.Buildable) nested).build();
      }
      case LIST -> list(parser, member);
      case MAP -> map(parser, member);
      case DOCUMENT -> document(parser);
    };
  }

  private List<@Nullable Object> list(JsonParser parser, Member member) throws IOException {
    expect(parser.currentToken() == JsonToken.START_ARRAY, member, "a list");
    var list = new ArrayList<@Nullable Object>();
    var element = member.elementOrFail();
    while (next(parser) != JsonToken.END_ARRAY) {
      // The metadata does not say which lists are sparse; hardly any is.
      expect(parser.currentToken() != JsonToken.VALUE_NULL, member, "a list without null");
      list.add(value(parser, element));
    }
    return list;
  }

  private Map<String, @Nullable Object> map(JsonParser parser, Member member) throws IOException {
    expect(parser.currentToken() == JsonToken.START_OBJECT, member, "a map");
    var map = new LinkedHashMap<String, @Nullable Object>();
    var element = member.elementOrFail();
    while (next(parser) != JsonToken.END_OBJECT) {
      var name = parser.currentName();
      expect(next(parser) != JsonToken.VALUE_NULL, member, "a map without null");
      map.put(name, value(parser, element));
    }
    return map;
  }

  private static JsonToken next(JsonParser parser) throws IOException {
    var token = parser.nextToken();
    if (token == null) {
      throw new MalformedRequestException("Unexpected end of the body");
    }
    return token;
  }

  private static String string(JsonParser parser, Member member) throws IOException {
    expect(parser.currentToken() == JsonToken.VALUE_STRING, member, "a string");
    return parser.getText();
  }

  private static long whole(JsonParser parser, Member member, long min, long max)
      throws IOException {
    expect(parser.currentToken().isNumeric(), member, "a number");
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
      var value = parser.getDoubleValue();
      expect(value == Math.rint(value) && Math.abs(value) < 1e15, member, "a whole number");
      return (long) value;
    }
    var type = parser.getNumberType();
    expect(
        type == JsonParser.NumberType.INT || type == JsonParser.NumberType.LONG,
        member,
        "a number in range");
    var value = parser.getLongValue();
    expect(value >= min && value <= max, member, "a number in range");
    return value;
  }

  private static double decimal(JsonParser parser, Member member) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return switch (parser.getText()) {
        case "NaN" -> Double.NaN;
        case "Infinity" -> Double.POSITIVE_INFINITY;
        case "-Infinity" -> Double.NEGATIVE_INFINITY;
        default -> throw wrong(member, "a number");
      };
    }
    expect(parser.currentToken().isNumeric(), member, "a number");
    return parser.getDoubleValue();
  }

  private static BigDecimal bigDecimal(JsonParser parser, Member member) throws IOException {
    expect(parser.currentToken().isNumeric() && !parser.isNaN(), member, "a number");
    return Scalars.bounded(parser.getDecimalValue());
  }

  private Instant instant(JsonParser parser, Member member) throws IOException {
    var format = member.timestamp == null ? Format.UNIX_TIMESTAMP : member.timestamp;
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      var strict = dialect == Dialect.REST_JSON;
      expect(
          format != Format.UNIX_TIMESTAMP || !strict && lenient(parser.getText()),
          member,
          "a timestamp");
      try {
        return Scalars.instant(
            parser.getText(), format == Format.UNIX_TIMESTAMP ? Format.ISO_8601 : format, strict);
      } catch (java.time.DateTimeException | NumberFormatException e) {
        throw wrong(member, "a timestamp");
      }
    }
    expect(parser.currentToken().isNumeric(), member, "a timestamp");
    if (dialect == Dialect.CBOR_MILLIS || format == Format.UNIX_TIMESTAMP_MILLIS) {
      return Instant.ofEpochMilli(parser.getLongValue());
    }
    expect(
        format == Format.UNIX_TIMESTAMP || dialect == Dialect.CBOR, member, "a timestamp as text");
    var number =
        parser.currentToken() == JsonToken.VALUE_NUMBER_INT
            ? new BigDecimal(parser.getBigIntegerValue())
            : finite(parser, member);
    return Scalars.fromSeconds(number);
  }

  private static BigDecimal finite(JsonParser parser, Member member) throws IOException {
    expect(!parser.isNaN(), member, "a timestamp");
    return parser.getDecimalValue();
  }

  /// AWS's JSON services take ISO text where they mean seconds.
  private static boolean lenient(String text) {
    return text.length() >= 20 && text.charAt(10) == 'T';
  }

  private SdkBytes bytes(JsonParser parser, Member member) throws IOException {
    if (!dialect.isText()) {
      expect(parser.currentToken() == JsonToken.VALUE_EMBEDDED_OBJECT, member, "bytes");
      return SdkBytes.fromByteArrayUnsafe(parser.getBinaryValue());
    }
    expect(parser.currentToken() == JsonToken.VALUE_STRING, member, "base64");
    try {
      return SdkBytes.fromByteArrayUnsafe(Scalars.base64(parser.getText()));
    } catch (IllegalArgumentException e) {
      throw wrong(member, "base64");
    }
  }

  private static Document document(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> Document.fromString(parser.getText());
      case VALUE_TRUE -> Document.fromBoolean(true);
      case VALUE_FALSE -> Document.fromBoolean(false);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Document.fromNumber(parser.getText());
      case START_ARRAY -> {
        var list = new ArrayList<Document>();
        while (next(parser) != JsonToken.END_ARRAY) {
          list.add(document(parser));
        }
        yield Document.fromList(list);
      }
      case START_OBJECT -> {
        var map = new LinkedHashMap<String, Document>();
        while (next(parser) != JsonToken.END_OBJECT) {
          var name = parser.currentName();
          next(parser);
          map.put(name, document(parser));
        }
        yield Document.fromMap(map);
      }
      default -> Document.fromNull();
    };
  }

  private static void expect(boolean condition, Member member, String what) {
    if (!condition) {
      throw wrong(member, what);
    }
  }

  private static MalformedRequestException wrong(Member member, String what) {
    return new MalformedRequestException("'" + member.location + "' is not " + what);
  }

  /// Writes the payload members of a structure.
  public void write(OutputStream out, SdkPojo pojo) throws IOException {
    try (var generator = factory.createGenerator(out)) {
      JsonWriting.structure(generator, dialect, pojo);
    }
  }

  /// Writes an error: its type and message, then the members that its own type has.
  ///
  /// @param type null if it is said elsewhere
  /// @param message empty if there is none
  public void writeError(
      OutputStream out, @Nullable String type, String message, @Nullable SdkPojo error)
      throws IOException {
    try (var generator = factory.createGenerator(out)) {
      generator.writeStartObject();
      if (type != null) {
        generator.writeStringField("__type", type);
      }
      if (!message.isEmpty()) {
        generator.writeStringField("message", message);
      }
      if (error != null) {
        JsonWriting.members(generator, dialect, error);
      }
      generator.writeEndObject();
    }
  }

  /// Writes one member's value as a whole body.
  void writeValue(OutputStream out, Member member, Object value) throws IOException {
    try (var generator = factory.createGenerator(out)) {
      JsonWriting.value(generator, dialect, member, value);
    }
  }

  /// The tag that says "a moment" in CBOR.
  static void momentTag(JsonGenerator generator) throws IOException {
    ((CBORGenerator) generator).writeTag(1);
  }
}
