/// DynamoDB's expression languages: conditions and filters, key conditions, updates, projections.
/// Each is parsed into a closed family of records, checked as DynamoDB checks, in its words, and
/// then evaluated as often as needed.
@NullMarked
package dev.terrarium.services.dynamodb.expression;

import org.jspecify.annotations.NullMarked;
