/// The functions of `bustle-metrics`.
@NullMarked
package dev.terrarium.systems.metrics.functions;

import org.jspecify.annotations.NullMarked;
