/// AWS Security Token Service: who calls, and sessions with temporary credentials.
@NullMarked
package dev.terrarium.services.sts;

import org.jspecify.annotations.NullMarked;
