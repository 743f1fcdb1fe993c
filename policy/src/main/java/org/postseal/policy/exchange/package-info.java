/**
 * Reads and writes S/MIME policies in Exchange's formats: objects of PowerShell as JSON or as a list, and the
 * EASProvisionDoc of ActiveSync (MS-ASPROV). It turns them into a policy of ours and back, and works on text only.
 */
@NullMarked
package org.postseal.policy.exchange;

import org.jspecify.annotations.NullMarked;
