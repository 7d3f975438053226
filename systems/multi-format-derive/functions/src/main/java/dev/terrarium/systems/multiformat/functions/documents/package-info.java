/// Documents in other formats: the one function with libraries of its own.
@NullMarked
package dev.terrarium.systems.multiformat.functions.documents;

import org.jspecify.annotations.NullMarked;
