/// The one clock and the durable timers that stand on it.
@NullMarked
package dev.terrarium.kernel.time;

import org.jspecify.annotations.NullMarked;
