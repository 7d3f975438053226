package dev.terrarium.services.firehose.conversion;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.terrarium.services.firehose.conversion.HiveType.Array;
import dev.terrarium.services.firehose.conversion.HiveType.Mapping;
import dev.terrarium.services.firehose.conversion.HiveType.Primitive;
import dev.terrarium.services.firehose.conversion.HiveType.Struct;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes rows of records of JSON. A row has a value for each column, or null: `Boolean`, `Long`,
/// `Double`, `BigDecimal`, `String`, `byte[]`, `LocalDate`, `Instant`, a `List`, a `Map`, or an
/// array of objects for a structure.
final class JsonRows {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final Struct columns;
  private final JsonRules rules;
  private final JsonScalars scalars;

  JsonRows(Struct columns, JsonRules rules) {
    this.columns = columns;
    this.rules = rules;
    this.scalars = new JsonScalars(rules);
  }

  /// The rows of a record: one for each of its documents.
  List<@Nullable Object[]> read(byte[] record) throws ConversionException {
    var rows = new ArrayList<@Nullable Object[]>(1);
    try (var parser = MAPPER.getFactory().createParser(record)) {
      while (parser.nextToken() != null) {
        JsonNode document = MAPPER.readTree(parser);
        if (!document.isObject()) {
          throw ConversionException.mismatch("Start of Object expected");
        }
        rows.add(row(columns, document));
      }
    } catch (JsonProcessingException e) {
      throw new ConversionException(
          "DataFormatConversion.ParseError",
          "Encountered malformed JSON. " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new ConversionException(
          "DataFormatConversion.ParseError", "Encountered malformed JSON. " + e.getMessage());
    }
    if (rows.isEmpty()) {
      throw ConversionException.malformed("The record was empty or contained only whitespace.");
    }
    return rows;
  }

  private @Nullable Object[] row(Struct struct, JsonNode object) throws ConversionException {
    var byKey = new HashMap<String, JsonNode>();
    object.properties().forEach(p -> byKey.put(rules.folded(p.getKey()), p.getValue()));
    var row = new @Nullable Object[struct.fields().size()];
    for (int i = 0; i < row.length; i++) {
      var field = struct.fields().get(i);
      var value = byKey.get(rules.key(field.name()));
      row[i] = value == null ? null : value(field.type(), value);
    }
    return row;
  }

  private @Nullable Object value(HiveType type, JsonNode value) throws ConversionException {
    if (value.isNull()) {
      return null;
    }
    return switch (type) {
      case Primitive primitive -> scalars.value(primitive, value);
      case Array array -> list(array, value);
      case Mapping mapping -> map(mapping, value);
      case Struct struct -> {
        if (value.isObject()) {
          yield row(struct, value);
        }
        if (!rules.lenient()) {
          throw ConversionException.mismatch("java.io.IOException: Start of Object expected");
        }
        yield null;
      }
    };
  }

  private List<@Nullable Object> list(Array type, JsonNode value) throws ConversionException {
    var list = new ArrayList<@Nullable Object>();
    if (value.isArray()) {
      for (var element : value) {
        list.add(value(type.element(), element));
      }
    } else if (rules.lenient()) {
      list.add(value(type.element(), value));
    } else {
      throw ConversionException.mismatch("java.io.IOException: Start of Array expected");
    }
    return list;
  }

  private @Nullable Map<Object, @Nullable Object> map(Mapping type, JsonNode value)
      throws ConversionException {
    if (!value.isObject()) {
      if (rules.lenient()) {
        return null;
      }
      throw ConversionException.mismatch("java.io.IOException: Start of Object expected");
    }
    var map = new LinkedHashMap<Object, @Nullable Object>();
    for (var entry : value.properties()) {
      var key = scalars.key(type.key(), entry.getKey());
      map.put(key, value(type.value(), entry.getValue()));
    }
    return map;
  }
}
