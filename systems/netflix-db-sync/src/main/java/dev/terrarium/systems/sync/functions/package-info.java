/// The functions of `netflix-db-sync`.
@NullMarked
package dev.terrarium.systems.sync.functions;

import org.jspecify.annotations.NullMarked;
