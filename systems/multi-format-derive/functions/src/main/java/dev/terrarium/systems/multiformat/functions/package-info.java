/// The functions of `multi-format-derive`: each makes derivatives of the objects that its queue
/// tells it of.
@NullMarked
package dev.terrarium.systems.multiformat.functions;

import org.jspecify.annotations.NullMarked;
