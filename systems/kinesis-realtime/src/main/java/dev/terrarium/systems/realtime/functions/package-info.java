/// The function of `kinesis-realtime`: enriches what comes out of a stream and keeps it, once.
@NullMarked
package dev.terrarium.systems.realtime.functions;

import org.jspecify.annotations.NullMarked;
