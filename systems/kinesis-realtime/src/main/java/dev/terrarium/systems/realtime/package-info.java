/// The reference system `kinesis-realtime`: streams of events, taken in by functions in three ways.
@NullMarked
package dev.terrarium.systems.realtime;

import org.jspecify.annotations.NullMarked;
