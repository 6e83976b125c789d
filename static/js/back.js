// The answer to a form that was sent lies under the form's own address: Back and Reload fetch that address anew
// and send nothing again. (Without this file the browser asks before it sends, and the form's key files once.)
history.replaceState(history.state, '', location.href);
