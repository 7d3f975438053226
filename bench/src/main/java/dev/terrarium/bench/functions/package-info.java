/// The functions that are invoked while measuring; packed into a package at run time.
@NullMarked
package dev.terrarium.bench.functions;

import org.jspecify.annotations.NullMarked;
