/// The reference system `dubsmash-tracking`: events of an app, kept for analysis.
@NullMarked
package dev.terrarium.systems.tracking;

import org.jspecify.annotations.NullMarked;
