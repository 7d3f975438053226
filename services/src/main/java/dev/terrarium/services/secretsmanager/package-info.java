/// AWS Secrets Manager: secrets whose versions carry stages, rotated by Lambda functions on the
/// cloud's clock, kept secret by KMS where there is a KMS.
///
/// A rotation is begun by its schedule or by hand, is noted in the store, and runs in the
/// background: the four steps of the function one after the other, tried again if one fails and
/// after a restart. Secrets that other vendors rotate are not there.
@NullMarked
package dev.terrarium.services.secretsmanager;

import org.jspecify.annotations.NullMarked;
