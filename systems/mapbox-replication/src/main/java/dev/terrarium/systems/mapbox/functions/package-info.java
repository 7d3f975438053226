/// The functions of `mapbox-replication`: a replicator and a backup.
@NullMarked
package dev.terrarium.systems.mapbox.functions;

import org.jspecify.annotations.NullMarked;
