/// Turns bytes into the SDK's request types and its response types into bytes, by the SDK's own
/// field metadata.
@NullMarked
package dev.terrarium.wire.codec;

import org.jspecify.annotations.NullMarked;
