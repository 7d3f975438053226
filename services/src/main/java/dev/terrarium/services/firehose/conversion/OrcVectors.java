package dev.terrarium.services.firehose.conversion;

import dev.terrarium.services.firehose.conversion.HiveType.Array;
import dev.terrarium.services.firehose.conversion.HiveType.Mapping;
import dev.terrarium.services.firehose.conversion.HiveType.Primitive;
import dev.terrarium.services.firehose.conversion.HiveType.Struct;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.orc.storage.common.type.HiveDecimal;
import org.apache.orc.storage.ql.exec.vector.BytesColumnVector;
import org.apache.orc.storage.ql.exec.vector.ColumnVector;
import org.apache.orc.storage.ql.exec.vector.DecimalColumnVector;
import org.apache.orc.storage.ql.exec.vector.DoubleColumnVector;
import org.apache.orc.storage.ql.exec.vector.ListColumnVector;
import org.apache.orc.storage.ql.exec.vector.LongColumnVector;
import org.apache.orc.storage.ql.exec.vector.MapColumnVector;
import org.apache.orc.storage.ql.exec.vector.StructColumnVector;
import org.apache.orc.storage.ql.exec.vector.TimestampColumnVector;
import org.jspecify.annotations.Nullable;

/// Puts rows into ORC's vectors, one for each column.
final class OrcVectors {
  private OrcVectors() {}

  /// Sets a column's value at a place.
  static void set(ColumnVector column, int at, HiveType type, @Nullable Object value) {
    if (value == null) {
      column.noNulls = false;
      column.isNull[at] = true;
      return;
    }
    switch (type) {
      case Primitive primitive -> scalar(column, at, primitive, value);
      case Array array -> list((ListColumnVector) column, at, array, (List<?>) value);
      case Mapping mapping -> map((MapColumnVector) column, at, mapping, (Map<?, ?>) value);
      case Struct struct -> {
        var row = (@Nullable Object[]) value;
        var fields = ((StructColumnVector) column).fields;
        for (int i = 0; i < row.length; i++) {
          set(fields[i], at, struct.fields().get(i).type(), row[i]);
        }
      }
    }
  }

  private static void list(ListColumnVector column, int at, Array type, List<?> list) {
    int next = column.childCount;
    column.offsets[at] = next;
    column.lengths[at] = list.size();
    column.childCount += list.size();
    column.child.ensureSize(column.childCount, true);
    for (var element : list) {
      set(column.child, next++, type.element(), element);
    }
  }

  private static void map(MapColumnVector column, int at, Mapping type, Map<?, ?> map) {
    int next = column.childCount;
    column.offsets[at] = next;
    column.lengths[at] = map.size();
    column.childCount += map.size();
    column.keys.ensureSize(column.childCount, true);
    column.values.ensureSize(column.childCount, true);
    for (var entry : map.entrySet()) {
      set(column.keys, next, type.key(), entry.getKey());
      set(column.values, next++, type.value(), entry.getValue());
    }
  }

  /// ORC's vectors have the milliseconds whole, and the nanoseconds of the second beside.
  @SuppressWarnings("JavaInstantGetSecondsGetNano")
  private static void scalar(ColumnVector column, int at, Primitive type, Object value) {
    switch (type.kind()) {
      case BOOLEAN -> ((LongColumnVector) column).vector[at] = (Boolean) value ? 1 : 0;
      case TINYINT, SMALLINT, INT, BIGINT -> ((LongColumnVector) column).vector[at] = (Long) value;
      case FLOAT, DOUBLE -> ((DoubleColumnVector) column).vector[at] = (Double) value;
      case DATE -> ((LongColumnVector) column).vector[at] = ((LocalDate) value).toEpochDay();
      case STRING, CHAR, VARCHAR ->
          ((BytesColumnVector) column)
              .setVal(at, ((String) value).getBytes(StandardCharsets.UTF_8));
      case BINARY -> ((BytesColumnVector) column).setVal(at, (byte[]) value);
      case DECIMAL ->
          ((DecimalColumnVector) column).set(at, HiveDecimal.create((BigDecimal) value));
      case TIMESTAMP -> {
        var moment = (Instant) value;
        var vector = (TimestampColumnVector) column;
        vector.time[at] = moment.toEpochMilli();
        vector.nanos[at] = moment.getNano();
      }
    }
  }
}
