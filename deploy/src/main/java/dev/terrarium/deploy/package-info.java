/// Deploys a local template to a cloud, through public clients only: packages the code that it
/// names, makes and executes a change set, tells what happens.
@NullMarked
package dev.terrarium.deploy;

import org.jspecify.annotations.NullMarked;
