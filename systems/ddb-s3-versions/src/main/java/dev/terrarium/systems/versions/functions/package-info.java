/// The functions of `ddb-s3-versions`.
@NullMarked
package dev.terrarium.systems.versions.functions;

import org.jspecify.annotations.NullMarked;
