/// Amazon Kinesis Data Streams.
///
/// A record is one entry in the store, under its stream, shard and number within the shard, so a
/// shard is one range of keys in order: a put costs the same whatever the shard holds, and a read
/// touches what it returns. Numbers are given and records committed under the shard's own lock, so
/// a reader who sees one has seen all before it. Where a stream's shards end and what they hold
/// last is kept in memory ([Stream], [Shard]) and read from the store when the stream is first
/// used.
///
/// Streams, reshardings and consumers are ACTIVE as soon as they are answered; AWS takes some
/// seconds. Nothing is throttled, unless a stream bears the tag `terrarium:throttling` with the
/// value `on`: then each shard takes and gives what AWS's do.
@NullMarked
package dev.terrarium.services.kinesis;

import org.jspecify.annotations.NullMarked;
