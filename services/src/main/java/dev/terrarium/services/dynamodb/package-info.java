/// Amazon DynamoDB and DynamoDB Streams.
///
/// An item is one entry in the store, keyed by table, a hash of the partition key, the partition
/// key and the sort key; an index is a second range of entries that hold what is projected. A write
/// stages the item, its index entries, its expiry, its stream record and the table's counts into
/// one batch, under the lock of the item's stripe, so they commit together or not at all. Nothing
/// of a table is held in memory but its definition and its counts.
@NullMarked
package dev.terrarium.services.dynamodb;

import org.jspecify.annotations.NullMarked;
