package dev.terrarium.services.dynamodb.value;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.StoreException;
import dev.terrarium.services.dynamodb.value.Value.BinarySet;
import dev.terrarium.services.dynamodb.value.Value.BinaryValue;
import dev.terrarium.services.dynamodb.value.Value.BooleanValue;
import dev.terrarium.services.dynamodb.value.Value.ListValue;
import dev.terrarium.services.dynamodb.value.Value.MapValue;
import dev.terrarium.services.dynamodb.value.Value.NullValue;
import dev.terrarium.services.dynamodb.value.Value.NumberSet;
import dev.terrarium.services.dynamodb.value.Value.NumberValue;
import dev.terrarium.services.dynamodb.value.Value.StringSet;
import dev.terrarium.services.dynamodb.value.Value.StringValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// How an item is stored: the number of its attributes, then of each its name, its type in one
/// number, its value. A number is its unscaled value and scale, in a short form if that fits 64
/// bits.
public final class ItemCodec {
  /// Items.
  public static final Codec<Map<String, Value>> ITEM =
      Codec.of(1, (item, writer) -> write(writer, item), ItemCodec::read);

  private static final int STRING = 1;
  private static final int NUMBER = 2;
  private static final int LARGE_NUMBER = 3;
  private static final int BINARY = 4;
  private static final int FALSE = 5;
  private static final int TRUE = 6;
  private static final int NULL = 7;
  private static final int STRING_SET = 8;
  private static final int NUMBER_SET = 9;
  private static final int BINARY_SET = 10;
  private static final int LIST = 11;
  private static final int MAP = 12;

  private ItemCodec() {}

  /// Writes an item as a part of something else.
  public static void write(BinaryWriter writer, Map<String, Value> item) {
    writer.number(item.size());
    for (var attribute : item.entrySet()) {
      writer.string(attribute.getKey());
      value(writer, attribute.getValue());
    }
  }

  /// Reads what [#write] wrote.
  public static Map<String, Value> read(BinaryReader reader) {
    var count = reader.integer();
    var item = LinkedHashMap.<String, Value>newLinkedHashMap(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      var name = reader.string();
      item.put(name, value(reader));
    }
    return item;
  }

  private static void value(BinaryWriter writer, Value value) {
    switch (value) {
      case StringValue string -> writer.number(STRING).string(string.text());
      case NumberValue number -> number(writer, number.number());
      case BinaryValue binary -> writer.number(BINARY).bytes(binary.bytes());
      case BooleanValue bool -> writer.number(bool.value() ? TRUE : FALSE);
      case NullValue _ -> writer.number(NULL);
      case StringSet set -> writer.number(STRING_SET).list(set.elements(), BinaryWriter::string);
      case NumberSet set -> writer.number(NUMBER_SET).list(set.elements(), ItemCodec::number);
      case BinarySet set ->
          writer
              .number(BINARY_SET)
              .list(set.elements(), (BinaryWriter w, BinaryValue b) -> w.bytes(b.bytes()));
      case ListValue list -> writer.number(LIST).list(list.elements(), ItemCodec::value);
      case MapValue map -> write(writer.number(MAP), map.members());
    }
  }

  private static void number(BinaryWriter writer, BigDecimal number) {
    var unscaled = number.unscaledValue();
    if (unscaled.bitLength() < 64) {
      writer.number(NUMBER).number(unscaled.longValue());
    } else {
      writer.number(LARGE_NUMBER).bytes(unscaled.toByteArray());
    }
    writer.number(number.scale());
  }

  private static Value value(BinaryReader reader) {
    var type = reader.integer();
    return switch (type) {
      case STRING -> new StringValue(reader.string());
      case NUMBER, LARGE_NUMBER -> new NumberValue(number(reader, type));
      case BINARY -> new BinaryValue(reader.bytes());
      case FALSE -> new BooleanValue(false);
      case TRUE -> new BooleanValue(true);
      case NULL -> NullValue.NULL;
      case STRING_SET -> new StringSet(new LinkedHashSet<>(reader.list(BinaryReader::string)));
      case NUMBER_SET -> new NumberSet(numbers(reader));
      case BINARY_SET ->
          new BinarySet(new LinkedHashSet<>(reader.list(r -> new BinaryValue(r.bytes()))));
      case LIST -> {
        var count = reader.integer();
        var list = new ArrayList<Value>(Math.min(count, 1024));
        for (int i = 0; i < count; i++) {
          list.add(value(reader));
        }
        yield new ListValue(list);
      }
      case MAP -> new MapValue(read(reader));
      default -> throw new StoreException("A damaged item: no type has the number " + type);
    };
  }

  private static Set<BigDecimal> numbers(BinaryReader reader) {
    return new LinkedHashSet<>(reader.list(r -> number(r, r.integer())));
  }

  private static BigDecimal number(BinaryReader reader, int type) {
    if (type == NUMBER) {
      var unscaled = reader.number();
      return BigDecimal.valueOf(unscaled, reader.integer());
    }
    var unscaled = new BigInteger(reader.bytes());
    return new BigDecimal(unscaled, reader.integer());
  }
}
