package dev.terrarium.services.firehose.conversion;

import dev.terrarium.services.firehose.conversion.HiveType.Array;
import dev.terrarium.services.firehose.conversion.HiveType.Mapping;
import dev.terrarium.services.firehose.conversion.HiveType.Primitive;
import dev.terrarium.services.firehose.conversion.HiveType.Struct;
import java.math.BigInteger;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/// Hive's types as Parquet's, as Hive maps them: a moment is an `int96`, which all readers of AWS
/// take for one.
final class ParquetTypes {
  private ParquetTypes() {}

  static MessageType message(Struct columns) {
    var fields = columns.fields().stream().map(f -> type(f.name(), f.type())).toList();
    return new MessageType("hive_schema", fields);
  }

  private static Type type(String name, HiveType type) {
    return switch (type) {
      case Primitive primitive -> primitive(primitive, Type.Repetition.OPTIONAL).named(name);
      case Array array ->
          Types.optionalList().element(type("element", array.element())).named(name);
      case Mapping mapping ->
          Types.optionalMap()
              .key(primitive(mapping.key(), Type.Repetition.REQUIRED).named("key"))
              .value(type("value", mapping.value()))
              .named(name);
      case Struct struct ->
          new GroupType(
              Type.Repetition.OPTIONAL,
              name,
              struct.fields().stream().map(f -> type(f.name(), f.type())).toList());
    };
  }

  private static Types.PrimitiveBuilder<PrimitiveType> primitive(
      Primitive type, Type.Repetition repetition) {
    return switch (type.kind()) {
      case BOOLEAN -> Types.primitive(PrimitiveTypeName.BOOLEAN, repetition);
      case TINYINT -> whole(8, repetition);
      case SMALLINT -> whole(16, repetition);
      case INT -> Types.primitive(PrimitiveTypeName.INT32, repetition);
      case BIGINT -> Types.primitive(PrimitiveTypeName.INT64, repetition);
      case FLOAT -> Types.primitive(PrimitiveTypeName.FLOAT, repetition);
      case DOUBLE -> Types.primitive(PrimitiveTypeName.DOUBLE, repetition);
      case STRING, CHAR, VARCHAR ->
          Types.primitive(PrimitiveTypeName.BINARY, repetition)
              .as(LogicalTypeAnnotation.stringType());
      case BINARY -> Types.primitive(PrimitiveTypeName.BINARY, repetition);
      case DATE ->
          Types.primitive(PrimitiveTypeName.INT32, repetition).as(LogicalTypeAnnotation.dateType());
      case TIMESTAMP -> Types.primitive(PrimitiveTypeName.INT96, repetition);
      case DECIMAL ->
          Types.primitive(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, repetition)
              .length(decimalBytes(type.precision()))
              .as(LogicalTypeAnnotation.decimalType(type.scale(), type.precision()));
    };
  }

  private static Types.PrimitiveBuilder<PrimitiveType> whole(int bits, Type.Repetition repetition) {
    return Types.primitive(PrimitiveTypeName.INT32, repetition)
        .as(LogicalTypeAnnotation.intType(bits, true));
  }

  /// How many bytes hold every number of so many digits, and its sign.
  static int decimalBytes(int precision) {
    return BigInteger.TEN.pow(precision).subtract(BigInteger.ONE).bitLength() / 8 + 1;
  }
}
