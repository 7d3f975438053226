/// HTTP in, SDK calls out: which service and operation a request means, who signed it, and the
/// answer in the protocol that the client speaks.
@NullMarked
package dev.terrarium.wire;

import org.jspecify.annotations.NullMarked;
