/// One tap through which every call and hop passes, with its cause.
@NullMarked
package dev.terrarium.kernel.trace;

import org.jspecify.annotations.NullMarked;
