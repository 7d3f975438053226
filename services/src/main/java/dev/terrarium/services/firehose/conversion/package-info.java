/// Conversion of JSON records into columnar files, as Firehose does it: a schema of Hive's types, a
/// deserializer, a serializer.
///
/// The formats' own libraries are optional and loaded when a delivery stream first converts:
/// Parquet's without any of Hadoop, ORC's with the few classes of Hadoop that it cannot do without.
@NullMarked
package dev.terrarium.services.firehose.conversion;

import org.jspecify.annotations.NullMarked;
