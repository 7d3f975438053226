/// Ordered, durable state: the store port, typed keyspaces, codecs and bodies too large for a
/// value.
@NullMarked
package dev.terrarium.kernel.store;

import org.jspecify.annotations.NullMarked;
