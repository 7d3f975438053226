/// The reference system `bustle-metrics`: what an experiment did to readers, as it happens.
@NullMarked
package dev.terrarium.systems.metrics;

import org.jspecify.annotations.NullMarked;
