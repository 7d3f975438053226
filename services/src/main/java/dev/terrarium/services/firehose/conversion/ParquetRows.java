package dev.terrarium.services.firehose.conversion;

import dev.terrarium.services.firehose.conversion.HiveType.Array;
import dev.terrarium.services.firehose.conversion.HiveType.Mapping;
import dev.terrarium.services.firehose.conversion.HiveType.Primitive;
import dev.terrarium.services.firehose.conversion.HiveType.Struct;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.jspecify.annotations.Nullable;

/// Takes rows apart into what Parquet's column writers want.
final class ParquetRows extends WriteSupport<@Nullable Object[]> {
  private static final long JULIAN_DAY_OF_EPOCH = 2_440_588;

  private final Struct columns;
  private @Nullable RecordConsumer consumer;

  ParquetRows(Struct columns) {
    this.columns = columns;
  }

  @Override
  @SuppressWarnings("deprecation")
  public WriteContext init(Configuration configuration) {
    throw new UnsupportedOperationException("Not with Hadoop's configuration");
  }

  @Override
  public WriteContext init(ParquetConfiguration configuration) {
    return new WriteContext(ParquetTypes.message(columns), Map.of());
  }

  @Override
  public void prepareForWrite(RecordConsumer recordConsumer) {
    consumer = recordConsumer;
  }

  @Override
  public void write(@Nullable Object[] row) {
    var out = Objects.requireNonNull(consumer);
    out.startMessage();
    fields(out, columns, row);
    out.endMessage();
  }

  private static void fields(RecordConsumer out, Struct struct, @Nullable Object[] row) {
    for (int i = 0; i < row.length; i++) {
      var value = row[i];
      if (value != null) {
        var field = struct.fields().get(i);
        field(out, field.name(), i, field.type(), value);
      }
    }
  }

  private static void field(
      RecordConsumer out, String name, int index, HiveType type, Object value) {
    out.startField(name, index);
    value(out, type, value);
    out.endField(name, index);
  }

  private static void value(RecordConsumer out, HiveType type, Object value) {
    switch (type) {
      case Primitive primitive -> scalar(out, primitive, value);
      case Array array -> list(out, array, (List<?>) value);
      case Mapping mapping -> map(out, mapping, (Map<?, ?>) value);
      case Struct struct -> {
        out.startGroup();
        fields(out, struct, (@Nullable Object[]) value);
        out.endGroup();
      }
    }
  }

  private static void list(RecordConsumer out, Array type, List<?> list) {
    out.startGroup();
    if (!list.isEmpty()) {
      out.startField("list", 0);
      for (var element : list) {
        out.startGroup();
        if (element != null) {
          field(out, "element", 0, type.element(), element);
        }
        out.endGroup();
      }
      out.endField("list", 0);
    }
    out.endGroup();
  }

  private static void map(RecordConsumer out, Mapping type, Map<?, ?> map) {
    out.startGroup();
    if (!map.isEmpty()) {
      out.startField("key_value", 0);
      for (var entry : map.entrySet()) {
        out.startGroup();
        field(out, "key", 0, type.key(), entry.getKey());
        if (entry.getValue() != null) {
          field(out, "value", 1, type.value(), entry.getValue());
        }
        out.endGroup();
      }
      out.endField("key_value", 0);
    }
    out.endGroup();
  }

  private static void scalar(RecordConsumer out, Primitive type, Object value) {
    switch (type.kind()) {
      case BOOLEAN -> out.addBoolean((Boolean) value);
      case TINYINT, SMALLINT, INT -> out.addInteger(((Long) value).intValue());
      case BIGINT -> out.addLong((Long) value);
      case FLOAT -> out.addFloat(((Double) value).floatValue());
      case DOUBLE -> out.addDouble((Double) value);
      case STRING, CHAR, VARCHAR -> out.addBinary(Binary.fromString((String) value));
      case BINARY -> out.addBinary(Binary.fromConstantByteArray((byte[]) value));
      case DATE -> out.addInteger((int) ((LocalDate) value).toEpochDay());
      case TIMESTAMP -> out.addBinary(int96((Instant) value));
      case DECIMAL -> {
        var bytes = new byte[ParquetTypes.decimalBytes(type.precision())];
        var digits = ((BigDecimal) value).unscaledValue().toByteArray();
        Arrays.fill(bytes, (byte) (digits[0] < 0 ? -1 : 0));
        System.arraycopy(digits, 0, bytes, bytes.length - digits.length, digits.length);
        out.addBinary(Binary.fromConstantByteArray(bytes));
      }
    }
  }

  /// The nanoseconds of the day, then the Julian day, both with the low byte first.
  private static Binary int96(Instant moment) {
    var day = Math.floorDiv(moment.getEpochSecond(), 86_400);
    var nanos = Math.floorMod(moment.getEpochSecond(), 86_400) * 1_000_000_000L + moment.getNano();
    var bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(nanos).putInt((int) (day + JULIAN_DAY_OF_EPOCH));
    return Binary.fromConstantByteArray(bytes.array());
  }
}
