/// Systems Manager's Parameter Store: parameters with versions, labels, tiers, policies that expire
/// them by the cloud's clock, and values that KMS keeps secret. Nothing else of Systems Manager is
/// there; its operations say so.
///
/// The public parameters that AWS keeps under `/aws/service` are not there either, for they name
/// things that Terrarium does not have, such as machine images.
@NullMarked
package dev.terrarium.services.ssm;

import org.jspecify.annotations.NullMarked;
