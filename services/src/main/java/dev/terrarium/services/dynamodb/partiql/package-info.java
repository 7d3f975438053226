/// DynamoDB's subset of PartiQL: statements, parsed into what expressions become too.
@NullMarked
package dev.terrarium.services.dynamodb.partiql;

import org.jspecify.annotations.NullMarked;
