/// The functions of `dubsmash-tracking`.
@NullMarked
package dev.terrarium.systems.tracking.functions;

import org.jspecify.annotations.NullMarked;
