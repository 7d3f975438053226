/// AWS Key Management Service: keys whose material is in the store and leaves it only encrypted,
/// and real cryptography with them, by the JDK where it can and by Bouncy Castle for the little
/// that it cannot.
///
/// A ciphertext of a symmetric key names the key material that made it, so that what was encrypted
/// before a rotation can still be decrypted; see [Envelope]. Rotation, deletion and the expiry of
/// imported material happen by the cloud's clock.
///
/// There are no custom key stores, no attested recipients (Nitro enclaves) and no SM2.
@NullMarked
package dev.terrarium.services.kms;

import org.jspecify.annotations.NullMarked;
