/// The reference system `multi-format-derive`: many formats of one source.
@NullMarked
package dev.terrarium.systems.multiformat;

import org.jspecify.annotations.NullMarked;
