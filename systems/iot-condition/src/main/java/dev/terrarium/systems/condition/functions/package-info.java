/// The functions of `iot-condition`.
@NullMarked
package dev.terrarium.systems.condition.functions;

import org.jspecify.annotations.NullMarked;
