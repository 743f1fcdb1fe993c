/**
 * Holds what tests of several modules share: programs and processes around the gateway, a {@link
 * org.postseal.gateway.testkit.ScriptedNextHop}, keys and certificates as files, and the folders of the project.
 */
@NullMarked
package org.postseal.gateway.testkit;

import org.jspecify.annotations.NullMarked;
