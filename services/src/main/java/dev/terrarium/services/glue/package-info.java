/// AWS Glue's Data Catalog: databases, tables and their versions, partitions with the expressions
/// that select them, partition indexes, user-defined functions, policies and settings; and the
/// schema registry. What tables describe is read by others: Firehose takes its schemas from here.
///
/// Jobs, crawlers, connections and the rest of Glue answer 501.
@NullMarked
package dev.terrarium.services.glue;

import org.jspecify.annotations.NullMarked;
