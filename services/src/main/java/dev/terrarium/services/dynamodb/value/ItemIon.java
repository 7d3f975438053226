package dev.terrarium.services.dynamodb.value;

import com.amazon.ion.IonReader;
import com.amazon.ion.IonType;
import com.amazon.ion.IonWriter;
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
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Items in Amazon Ion, whose types stand for DynamoDB's: sets are lists with an annotation. See
/// *DynamoDB table export output format* and *Amazon S3 import formats for DynamoDB*. Needs Ion's
/// library, which is optional.
public final class ItemIon {
  private static final String STRINGS = "$dynamodb_SS";
  private static final String NUMBERS = "$dynamodb_NS";
  private static final String BINARIES = "$dynamodb_BS";

  private ItemIon() {}

  /// Writes an item as a struct.
  public static void write(IonWriter writer, Map<String, Value> item) throws IOException {
    writer.stepIn(IonType.STRUCT);
    for (var attribute : item.entrySet()) {
      writer.setFieldName(attribute.getKey());
      write(writer, attribute.getValue());
    }
    writer.stepOut();
  }

  private static void write(IonWriter writer, Value value) throws IOException {
    switch (value) {
      case StringValue string -> writer.writeString(string.text());
      case NumberValue number -> writer.writeDecimal(number.number());
      case BinaryValue binary -> writer.writeBlob(binary.bytes());
      case BooleanValue bool -> writer.writeBool(bool.value());
      case NullValue _ -> writer.writeNull();
      case StringSet set -> writeSet(writer, STRINGS, set.elements());
      case NumberSet set -> writeSet(writer, NUMBERS, set.elements());
      case BinarySet set -> writeSet(writer, BINARIES, set.elements());
      case ListValue list -> {
        writer.stepIn(IonType.LIST);
        for (var element : list.elements()) {
          write(writer, element);
        }
        writer.stepOut();
      }
      case MapValue map -> write(writer, map.members());
    }
  }

  private static void writeSet(IonWriter writer, String annotation, Set<?> elements)
      throws IOException {
    writer.addTypeAnnotation(annotation);
    writer.stepIn(IonType.LIST);
    for (var element : elements) {
      switch (element) {
        case BigDecimal number -> writer.writeDecimal(number);
        case BinaryValue binary -> writer.writeBlob(binary.bytes());
        default -> writer.writeString((String) element);
      }
    }
    writer.stepOut();
  }

  /// The item of the struct at which a reader is.
  ///
  /// @throws InvalidValueException if it is none; the reader may then be anywhere in it
  public static Map<String, Value> read(IonReader reader) {
    if (reader.getType() != IonType.STRUCT || reader.isNullValue()) {
      throw new InvalidValueException("An item must be a struct");
    }
    var item = new LinkedHashMap<String, Value>();
    reader.stepIn();
    while (reader.next() != null) {
      item.put(reader.getFieldName(), value(reader));
    }
    reader.stepOut();
    return item;
  }

  private static Value value(IonReader reader) {
    if (reader.isNullValue()) {
      return NullValue.NULL;
    }
    return switch (reader.getType()) {
      case STRING -> new StringValue(reader.stringValue());
      case BOOL -> new BooleanValue(reader.booleanValue());
      case INT -> new NumberValue(Numbers.checked(new BigDecimal(reader.bigIntegerValue())));
      case DECIMAL -> new NumberValue(Numbers.checked(reader.bigDecimalValue()));
      case BLOB -> new BinaryValue(reader.newBytes());
      case LIST -> list(reader);
      case STRUCT -> new MapValue(read(reader));
      default ->
          throw new InvalidValueException("No type of DynamoDB is Ion's " + reader.getType());
    };
  }

  private static Value list(IonReader reader) {
    var annotations = List.of(reader.getTypeAnnotations());
    var elements = new ArrayList<Value>();
    reader.stepIn();
    while (reader.next() != null) {
      elements.add(value(reader));
    }
    reader.stepOut();
    if (annotations.contains(STRINGS)) {
      return new StringSet(texts(elements));
    } else if (annotations.contains(NUMBERS)) {
      return new NumberSet(numbers(elements));
    } else if (annotations.contains(BINARIES)) {
      return new BinarySet(binaries(elements));
    }
    return new ListValue(elements);
  }

  private static Set<String> texts(List<Value> elements) {
    var set = new LinkedHashSet<String>();
    for (var element : elements) {
      set.add(element instanceof StringValue string ? string.text() : refuse(element));
    }
    return set;
  }

  private static Set<BigDecimal> numbers(List<Value> elements) {
    var set = new LinkedHashSet<BigDecimal>();
    for (var element : elements) {
      set.add(element instanceof NumberValue number ? number.number() : refuse(element));
    }
    return set;
  }

  private static Set<BinaryValue> binaries(List<Value> elements) {
    var set = new LinkedHashSet<BinaryValue>();
    for (var element : elements) {
      set.add(element instanceof BinaryValue binary ? binary : refuse(element));
    }
    return set;
  }

  @SuppressWarnings("TypeParameterUnusedInFormals") // It never returns.
  private static <T> T refuse(Value element) {
    throw new InvalidValueException("A set has an element of another type: " + element.type());
  }
}
