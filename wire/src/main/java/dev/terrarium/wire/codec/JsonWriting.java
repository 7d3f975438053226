package dev.terrarium.wire.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.terrarium.wire.codec.JsonShapes.Dialect;
import dev.terrarium.wire.codec.Shape.Member;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/// The writing half of [JsonShapes].
final class JsonWriting {
  private JsonWriting() {}

  static void structure(JsonGenerator out, Dialect dialect, SdkPojo pojo) throws IOException {
    out.writeStartObject();
    members(out, dialect, pojo);
    out.writeEndObject();
  }

  static void members(JsonGenerator out, Dialect dialect, SdkPojo pojo) throws IOException {
    for (var member : Shape.of(pojo).payload) {
      var value = member.get(pojo);
      if (value != null) {
        out.writeFieldName(member.responseLocation);
        value(out, dialect, member, value);
      }
    }
  }

  static void value(JsonGenerator out, Dialect dialect, Member member, @Nullable Object value)
      throws IOException {
    switch (value) {
      case null -> out.writeNull();
      case String text -> out.writeString(text);
      case Integer number -> out.writeNumber(number);
      case Long number -> out.writeNumber(number);
      case Short number -> out.writeNumber(number);
      case Byte number -> out.writeNumber(number.shortValue());
      case Float number -> decimal(out, dialect, number, Float.isFinite(number));
      case Double number -> decimal(out, dialect, number, Double.isFinite(number));
      case BigDecimal number -> out.writeNumber(number);
      case Boolean flag -> out.writeBoolean(flag);
      case Instant instant -> instant(out, dialect, member, instant);
      case SdkBytes bytes -> out.writeBinary(bytes.asByteArrayUnsafe());
      case SdkPojo pojo -> structure(out, dialect, pojo);
      case List<?> list -> {
        out.writeStartArray();
        for (var element : list) {
          value(out, dialect, member.elementOrFail(), element);
        }
        out.writeEndArray();
      }
      case Map<?, ?> map -> {
        out.writeStartObject();
        for (var entry : map.entrySet()) {
          out.writeFieldName(entry.getKey().toString());
          value(out, dialect, member.elementOrFail(), entry.getValue());
        }
        out.writeEndObject();
      }
      case Document document -> document(out, document);
      default -> throw new IllegalStateException("No JSON for a " + value.getClass());
    }
  }

  private static void decimal(JsonGenerator out, Dialect dialect, Number number, boolean finite)
      throws IOException {
    if (!finite && dialect.isText()) {
      var value = number.doubleValue();
      out.writeString(Double.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
    } else if (number instanceof Float single) {
      out.writeNumber(single);
    } else {
      out.writeNumber(number.doubleValue());
    }
  }

  private static void instant(JsonGenerator out, Dialect dialect, Member member, Instant instant)
      throws IOException {
    if (dialect == Dialect.CBOR_MILLIS) {
      JsonShapes.momentTag(out);
      out.writeNumber(instant.toEpochMilli());
      return;
    } else if (dialect == Dialect.CBOR) {
      JsonShapes.momentTag(out);
      if (instant.getNano() / 1_000_000 == 0) {
        out.writeNumber(instant.getEpochSecond());
      } else {
        out.writeNumber(instant.toEpochMilli() / 1000.0);
      }
      return;
    }
    var format = member.timestamp == null ? Format.UNIX_TIMESTAMP : member.timestamp;
    if (format == Format.UNIX_TIMESTAMP) {
      out.writeNumber(Scalars.seconds(instant));
    } else if (format == Format.UNIX_TIMESTAMP_MILLIS) {
      out.writeNumber(instant.toEpochMilli());
    } else {
      out.writeString(Scalars.format(instant, format));
    }
  }

  private static void document(JsonGenerator out, Document document) throws IOException {
    if (document.isNull()) {
      out.writeNull();
    } else if (document.isBoolean()) {
      out.writeBoolean(document.asBoolean());
    } else if (document.isString()) {
      out.writeString(document.asString());
    } else if (document.isNumber()) {
      out.writeNumber(document.asNumber().bigDecimalValue());
    } else if (document.isList()) {
      out.writeStartArray();
      for (var element : document.asList()) {
        document(out, element);
      }
      out.writeEndArray();
    } else {
      out.writeStartObject();
      for (var entry : document.asMap().entrySet()) {
        out.writeFieldName(entry.getKey());
        document(out, entry.getValue());
      }
      out.writeEndObject();
    }
  }
}
