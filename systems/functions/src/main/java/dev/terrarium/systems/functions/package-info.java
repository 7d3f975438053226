/// What functions of the reference systems share: reading batches, images of items, clients.
@NullMarked
package dev.terrarium.systems.functions;

import org.jspecify.annotations.NullMarked;
