/// The reference system `mapbox-replication`: a table, its replica in another region, its backup.
@NullMarked
package dev.terrarium.systems.mapbox;

import org.jspecify.annotations.NullMarked;
