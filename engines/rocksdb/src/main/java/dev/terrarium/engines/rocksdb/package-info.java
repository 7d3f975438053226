/// The durable Store, on RocksDB.
@NullMarked
package dev.terrarium.engines.rocksdb;

import org.jspecify.annotations.NullMarked;
