/// The reference system `iot-condition`: an operation when a condition is met, once.
@NullMarked
package dev.terrarium.systems.condition;

import org.jspecify.annotations.NullMarked;
