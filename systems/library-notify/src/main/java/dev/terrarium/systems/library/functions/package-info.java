/// The functions of `library-notify`.
@NullMarked
package dev.terrarium.systems.library.functions;

import org.jspecify.annotations.NullMarked;
