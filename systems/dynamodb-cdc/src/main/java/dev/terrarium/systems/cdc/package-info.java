/// The reference system `dynamodb-cdc`: every change of a table, seen by five consumers.
@NullMarked
package dev.terrarium.systems.cdc;

import org.jspecify.annotations.NullMarked;
