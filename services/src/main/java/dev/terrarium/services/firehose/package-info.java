/// Amazon Data Firehose: records are buffered in the store until there are enough of them or the
/// first has waited long enough, then transformed and delivered to S3 or an HTTP endpoint, and only
/// then forgotten. A record that was acknowledged survives a restart, and arrives at least once.
///
/// With dynamic partitioning the buffer is one for all partitions: when it is delivered, each
/// partition gets an object of its own. Endpoints may be plain HTTP, which AWS does not allow.
///
/// What a destination is told to do and Terrarium does not have is refused by name when it is set
/// up: destinations other than S3 and HTTP endpoints, sources other than Kinesis, secrets.
@NullMarked
package dev.terrarium.services.firehose;

import org.jspecify.annotations.NullMarked;
