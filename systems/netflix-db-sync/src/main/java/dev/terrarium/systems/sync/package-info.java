/// The reference system `netflix-db-sync`: a bucket's objects in a database on the other side of
/// the world.
@NullMarked
package dev.terrarium.systems.sync;

import org.jspecify.annotations.NullMarked;
