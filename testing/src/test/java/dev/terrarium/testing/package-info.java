/// Tests of the extension, by the extension.
@NullMarked
package dev.terrarium.testing;

import org.jspecify.annotations.NullMarked;
