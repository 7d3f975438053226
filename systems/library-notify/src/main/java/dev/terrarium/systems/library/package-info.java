/// The reference system `library-notify`: students hear of new books.
@NullMarked
package dev.terrarium.systems.library;

import org.jspecify.annotations.NullMarked;
