/// Kills under load.
@NullMarked
package dev.terrarium.app.torture;

import org.jspecify.annotations.NullMarked;
