/**
 * Analyses a policy as a whole: it finds the rules that no message reaches or meets, and the demands to encrypt with
 * the mail that leaves in spite of them.
 */
@NullMarked
package org.postseal.policy.analysis;

import org.jspecify.annotations.NullMarked;
