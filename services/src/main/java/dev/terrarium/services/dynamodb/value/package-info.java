/// What attributes hold: DynamoDB's ten types, how they compare, what they weigh, how they are
/// stored and how they are written into keys.
@NullMarked
package dev.terrarium.services.dynamodb.value;

import org.jspecify.annotations.NullMarked;
