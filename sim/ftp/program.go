package ftp

// program is in what client programs differ.
type program struct {
	oneShot        bool // it ends with its first failure
	fallsBack      bool // EPRT refused: PORT; EPSV refused: PASV
	exactCodes     bool // PASV's answer must be 227
	refusesForeign bool // another address in 227 ends the transfer
	pasv           PasvRules
	timedOut       int // exit status for waiting in vain

	afterGreeting func(*Client) []step
	afterLogin    func(*Client) []step
	beforeData    func(*Client, *download) []step
	afterData     func(*Client, *download) []step
	failed        func(*Client, error)
	statusFor     func(error) int
}

func noSteps(*Client) []step                    { return nil }
func noTransferSteps(*Client, *download) []step { return nil }

// programOf gives what a profile's program does.
func programOf(p Profile) program {
	return plainProgram()
}

// plainProgram sends nothing that is not needed.
func plainProgram() program {
	return program{
		afterGreeting: noSteps,
		afterLogin:    noSteps,
		beforeData:    plainBefore,
		afterData:     noTransferSteps,
		failed: func(c *Client, err error) {
			c.status = 1
			c.finish(false, err)
			c.nextWish()
		},
		statusFor: func(error) int { return 1 },
	}
}

// plainBefore sends TYPE only when the user chose one, and REST when the user
// wants the rest of a file.
func plainBefore(c *Client, j *download) []step {
	var steps []step
	if c.session.wantType != "" && j.verb != "LIST" && j.verb != "NLST" {
		steps = append(steps, c.setType(c.session.wantType))
	}
	steps = append(steps, step{start: func() {
		if j.verb == "RETR" || j.verb == "STOR" {
			j.ascii = !c.session.image
		}
		if j.sends && j.ascii {
			j.upload = toNetwork(j.upload, 0, false)
			j.total = int64(len(j.upload))
		}
		c.next()
	}})
	return steps
}
