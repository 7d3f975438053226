/// The functions of `dynamodb-cdc`: five consumers of one table's changes.
@NullMarked
package dev.terrarium.systems.cdc.functions;

import org.jspecify.annotations.NullMarked;
